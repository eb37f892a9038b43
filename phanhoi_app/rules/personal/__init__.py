"""What in a text is personal: one module for each shape in which people write it. `rules/redaction.py` joins them.

All of them read the plain form of a text (`plain.py`), so that each rule is written once, without marks and in
lower case, and each walks the text once: whatever is typed, the time grows as its length does.
"""
