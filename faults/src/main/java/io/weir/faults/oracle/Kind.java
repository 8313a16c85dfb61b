package io.weir.faults.oracle;

import java.util.Locale;

/** What ought to become of a message; its id begins with the name. */
public enum Kind {
  /** It is handled, and has one effect and one result. */
  GOOD(true),
  /** Its handler finds that no retry can help. */
  DEAD(false),
  /** Its bytes are no message. */
  RUBBISH(false),
  /** Its handler fails every time. */
  FAILING(false);

  private final boolean effective;

  Kind(boolean effective) {
    this.effective = effective;
  }

  /** Whether it ought to have an effect; else it ought to become a dead letter. */
  public boolean isEffective() {
    return effective;
  }

  /** The id of the n-th message. */
  public String id(long n) {
    return name().toLowerCase(Locale.ROOT) + "-" + n;
  }

  /** What the message with this id is. */
  public static Kind of(String id) {
    return valueOf(id.substring(0, id.indexOf('-')).toUpperCase(Locale.ROOT));
  }
}
