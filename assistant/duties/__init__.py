"""Duties and deadlines (责任与时限): who must do what by when, read from every item of the notices of a place.

- extraction: ``duties_of(...)``; bodies, tables, targets: the parts of an item; export: xlsx and ics
"""
