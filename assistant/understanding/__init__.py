"""The former name of :mod:`assistant.query`."""
