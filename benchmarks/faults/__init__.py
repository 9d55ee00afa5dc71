"""Killing whatever can be killed while weeks go by, and counting what arrived.

`python -m benchmarks.faults` is the long form: 2,000 cases over 60 working days. The suite runs the
same in short.
"""
