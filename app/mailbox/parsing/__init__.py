"""Reading mails that anybody may have written: nothing here trusts what it reads."""
