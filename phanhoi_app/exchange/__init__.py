"""What goes to other systems and comes from them: files for the national and the provincial portal."""
