"""Reports: what happened in visits, by any dimension, under any filter.

Details (`details.py`) are concluded from events and laid out in columns (`segments.py`), joined to a day (`tables.py`),
grouped to visits (`visits.py`), and tabulated by a question (`tabulate.py`) to measures that add up over days.
"""
