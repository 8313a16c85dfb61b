package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {
  /** The third is xAI's, whose tokens of thinking are in the total only. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'prompt_tokens':7,'completion_tokens':3,'total_tokens':10} | 7 | 3",
        "{'prompt_tokens':7,'completion_tokens':3} | 7 | 3",
        "{'prompt_tokens':10120,'completion_tokens':1499,'total_tokens':14428,"
            + "'completion_tokens_details':{'reasoning_tokens':2809}} | 10120 | 4308",
        "{'prompt_tokens':9,'total_tokens':9} | 9 | 0",
        "{'total_tokens':9} | 0 | 0",
      })
  void allThatIsNoPromptIsOutput(String told, long input, long output) {
    String completion = "{\"usage\":%s}".formatted(told.replace('\'', '"'));
    assertEquals(
        Optional.of(new Usage(input, output, 0)),
        Usage.of(Json.object(completion.getBytes(StandardCharsets.UTF_8)).orElseThrow()));
  }
}
