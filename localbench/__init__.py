"""Makes and runs a real Frappe bench on one machine, for trying, developing and testing the app.

Standard library only, so that it runs before anything is installed. The app never imports it.
Entry point: ``python3 -m localbench COMMAND`` (the Makefile's targets). docs/developers/bench.md explains it.
"""
