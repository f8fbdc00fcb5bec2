"""Moved to :mod:`assistant.query.values`; this name stays until every reader has followed."""

from assistant.query.values import *  # noqa: F403
