"""What is said of whole data sets before any student is trained, and who says it best."""
