"""The people of the demo shop. They live at addresses under .example, where no mail arrives."""
