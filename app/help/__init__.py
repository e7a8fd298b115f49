"""The public help centre: search, browse, read, vote, ask; works without JavaScript."""
