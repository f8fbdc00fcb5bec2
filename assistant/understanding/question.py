"""Moved to :mod:`assistant.query.read`; this name stays until every reader has followed."""

from assistant.query.read import *  # noqa: F403
