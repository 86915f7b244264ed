"""What a finished .docx, .pdf or .svg shows, whoever made it, and in what two of them differ: knows no plan and no package."""
