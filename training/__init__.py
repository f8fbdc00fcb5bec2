"""What trains the models and fits the numbers the product reads; nothing of the product, and nothing of ``evals``, imports it.

Reading order: ``plan`` (the steps in their order, what each needs and how long it takes), ``commands`` (what each does), then a
module a step. ``data/`` holds the questions; documents that are not ours to ship are named there by file and position only.
"""
