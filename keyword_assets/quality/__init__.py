"""Statistics about answers. What needs scipy or scikit-learn is loaded by who computes, not by who starts."""
