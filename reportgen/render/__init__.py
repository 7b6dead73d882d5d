"""Values turned into text, through templates."""
