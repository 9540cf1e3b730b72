package dev.caravan.benchmark;

/**
 * The command line.
 *
 * @param transactions rows the bank holds; rounded up to whole pages for each connection
 * @param rounds how often both sides run, in turns; the median counts
 * @param tree the source tree
 */
record Options(long transactions, int rounds, String tree) {
    static final String USAGE = "usage: benchmark/run [--transactions N] [--rounds N]";

    static Options of(String[] arguments) {
        Options options = new Options(200_000, 1, System.getProperty("caravan.tree", "."));
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " wants a value");
            }
            String value = arguments[i + 1];
            options =
                    switch (arguments[i]) {
                        case "--transactions" ->
                                new Options(Long.parseLong(value), options.rounds, options.tree);
                        case "--rounds" ->
                                new Options(
                                        options.transactions,
                                        Integer.parseInt(value),
                                        options.tree);
                        default -> throw new IllegalArgumentException("no option " + arguments[i]);
                    };
        }
        return options;
    }

    /** Accounts of each connection, one page each. */
    int accounts() {
        long page = (long) Job.ROWS_A_PAGE * Job.CONNECTIONS;
        return (int) Math.max(1, (transactions + page - 1) / page);
    }

    long rows() {
        return (long) accounts() * Job.ROWS_A_PAGE * Job.CONNECTIONS;
    }
}
