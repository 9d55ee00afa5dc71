"""The annual report as Word, PDF, workbook and CSV."""
