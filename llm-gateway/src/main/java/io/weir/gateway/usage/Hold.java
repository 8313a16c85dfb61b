package io.weir.gateway.usage;

/** Room for one request in its user's quota and its key's budget, while it runs. */
public interface Hold extends AutoCloseable {
  /** Of a request that is charged to nobody. */
  Hold NONE =
      new Hold() {
        @Override
        public String charge() {
          return "";
        }

        @Override
        public void calls() {
          // Nobody counts them.
        }

        @Override
        public void goesOn() {
          // Nobody counts them.
        }

        @Override
        public void used(long tokens, long micros) {
          // Nobody counts them.
        }

        @Override
        public void close() {
          // Holds nothing.
        }
      };

  /** The reservation it is part of; empty when it is charged to nobody. */
  String charge();

  /** A call is made, whose row will be in the ledger. */
  void calls();

  /** What {@link #calls} counted goes on: its row will be of the request that finds its end. */
  void goesOn();

  /** A call has used that, and cost so many micro-dollars. */
  void used(long tokens, long micros);

  /** The request is over: what it did not use is free. */
  @Override
  void close();
}
