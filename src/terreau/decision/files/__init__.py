"""Methods by file: a JSON document in, a result out, by the same code as the screens.

`docs/methodes-par-fichier.md` describes the documents. What is wrong in one is said in French with its place.
"""
