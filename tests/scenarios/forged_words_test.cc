// Goal: words that have no effect bring money to nobody, and move no time.
// Method: forged acts are recorded through the public path; the replayed books are compared.
