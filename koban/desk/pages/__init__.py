"""The ledger to look at: pages by number, the newest signed root, a proof for each page, and a check of the whole."""
