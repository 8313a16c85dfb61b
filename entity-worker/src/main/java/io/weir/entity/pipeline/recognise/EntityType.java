package io.weir.entity.pipeline.recognise;

import java.util.Locale;

/** What kind of thing a mention names. */
public enum EntityType {
  PERSON,
  ORGANISATION,
  PLACE,
  PRODUCT,
  CONCEPT,
  DATE,
  /** A number with its unit, amounts of money included. */
  QUANTITY,
  URL,
  EMAIL,
  PHONE,
  IP_ADDRESS,
  UUID,
  VERSION,
  PATH,
  CVE,
  /** The name of a message or document schema, such as {@code order.placed.v1}. */
  SCHEMA,
  CODE_SYMBOL;

  /** The name in documents, messages and answers: lower-case with underscores. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
