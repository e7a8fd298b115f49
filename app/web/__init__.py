"""What every route shares: access rules, transactions, answers, errors, headers, assets."""
