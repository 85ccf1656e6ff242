"""The window, the third face: PySide6 Widgets over the same services. Everything here belongs to the GUI thread.

Work that may take longer than a frame goes through `bridge.operations`; what happens elsewhere arrives as signals of
`bridge.events`. Nothing below this folder knows Qt.
"""
