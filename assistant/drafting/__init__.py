"""Checks of what somebody else wrote (文稿核对): claims and drafts held against the library.

- library: one claim against given passages or the library
"""
