"""Raw tables: what is read, and how it is cleaned into the frames that tables share."""
