"""Reports as people look at them: a page, a workbook, CSV files, pictures. Knows neither SQL nor Dagster."""
