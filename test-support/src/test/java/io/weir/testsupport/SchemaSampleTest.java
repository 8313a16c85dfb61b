package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class SchemaSampleTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyPropertyGetsAValueOfItsType() throws Exception {
    JsonNode schema =
        JSON.readTree(
            """
            {"type":"object","properties":{
              "tone":{"enum":["warm","cool"]},
              "trends":{"type":"array","minItems":3,"items":{"type":"string"}},
              "line":{"type":"integer","minimum":1},
              "note":{"type":["string","null"]},
              "sub":{"$ref":"#/$defs/sub"}},
             "$defs":{"sub":{"type":"object","properties":{"ok":{"type":"boolean"}}}}}
            """);

    JsonNode sample = SchemaSample.of(schema);

    assertEquals("warm", sample.path("tone").asText());
    assertEquals(3, sample.path("trends").size());
    assertEquals(1, sample.path("line").asInt());
    assertEquals("scripted note", sample.path("note").asText());
    assertEquals(true, sample.at("/sub/ok").asBoolean());
  }

  @Test
  void aRequestWithoutSchemaIsAnsweredWithText() throws Exception {
    Mood mood = SchemaSample.answer(JSON.readTree("{\"messages\":[]}"), "plain");

    assertEquals("plain", assertInstanceOf(Mood.Answer.class, mood).text());
  }
}
