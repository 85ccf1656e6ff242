"""The look as data: tokens, the style sheet made from them, icons, and which theme is shown. The GUI thread."""
