package io.weir.entity.pipeline.recognise;

/**
 * One readable field of a document.
 *
 * @param name the field's name: title, content, description, summary or code
 * @param text its text
 * @param kind how it is to be read
 */
public record TextField(String name, String text, Kind kind) {

  /** How a field is to be read: capital letters and phrases mean something in prose only. */
  public enum Kind {
    PROSE,
    CODE
  }
}
