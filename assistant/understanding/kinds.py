"""Moved to :mod:`assistant.query.kinds`; this name stays until every reader has followed."""

from assistant.query.kinds import *  # noqa: F403
