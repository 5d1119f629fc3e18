"""What does happen: the teacher's and the student's steps, taken by automatic differentiation of the losses alone."""
