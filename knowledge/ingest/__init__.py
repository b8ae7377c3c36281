"""From a user's files to quotable passages: readers, one a format, behind one door (`read`), and the splitter.

Whatever a document says, its text is data that is quoted, never an instruction that is followed.
"""
