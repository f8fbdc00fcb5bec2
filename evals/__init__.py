"""Evaluation: how right the answers are, and whether a change is better. Only ``training`` imports this package.

Reading order: ``types`` (values), ``matching`` and ``measures`` (what counts as right), ``statistics`` and ``summary``
(figures with intervals), ``systems``, ``baselines`` and ``workbench`` (what is compared), ``report`` (the page),
``commands`` (the command line). ``README.md`` says what each measure means.
"""
