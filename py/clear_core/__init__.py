"""The search: a picture's features and class names lead to tags, tags to photos, photos to scores, scores to tags.

Pure Python over NumPy and Pillow. It runs the same under CPython and under Pyodide; what differs between the two
stands in :mod:`clear_core.native` and :mod:`clear_core.browser`, and nothing else imports those.

After R. Sato, "CLEAR: A Fully User-side Image Search System", CIKM 2022 (arXiv 2206.08521) and R. Sato, "Retrieving
Black-box Optimal Images from External Databases", WSDM 2022 (Tiara, arXiv 2112.14921).
"""
