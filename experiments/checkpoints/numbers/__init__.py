"""What ``smollm_numbers`` is made of: requests, teachers, students' starts, questions and steps."""
