"""The library as tools for agents (MCP): over standard input and output, and over HTTP at ``/mcp``."""
