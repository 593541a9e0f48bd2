"""Spreadsheets: files of others read into rows of cells within limits, cells written safely.

`reading.opened` turns the bytes of a workbook (`workbooks`) or of a CSV (`texts`) into sheets of
rows; what the columns mean is the caller's. `writing` says what a cell of ours may hold.
"""
