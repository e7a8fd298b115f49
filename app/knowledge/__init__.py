"""Articles: categories, revisions, publishing, feedback, import and export."""
