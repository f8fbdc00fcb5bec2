"""Moved to :mod:`assistant.query.scope`; this name stays until every reader has followed."""

from assistant.query.scope import *  # noqa: F403
