"""Who is asking and what they may (账号): users, sessions, keys, limits, and the part of the library each may see."""
