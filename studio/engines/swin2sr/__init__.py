"""Pictures enlarged by Swin2SR, through transformers."""
