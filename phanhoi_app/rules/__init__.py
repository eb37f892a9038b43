"""The law of the house: pure functions and values. No Frappe, no clock, no input or output.

Whatever depends on the present moment, on chance or on a setting gets it as an argument, so that the same
question always has the same answer and a test needs no site.
"""
