"""Keep batches, pages, documents, work items, deliveries and the audit trail: SQL lives here and nowhere else."""
