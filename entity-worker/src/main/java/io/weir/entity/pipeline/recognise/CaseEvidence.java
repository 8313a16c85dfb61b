package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.text.Word;
import io.weir.entity.pipeline.text.Words;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a whole document tells about the spelling of its words, so that the capital letter of a
 * sentence's first word isn't taken for a name.
 *
 * @param seenLower words that stand somewhere in lower case
 * @param seenCapitalInside words, in lower case, that stand capitalised somewhere inside a sentence
 */
public record CaseEvidence(Set<String> seenLower, Set<String> seenCapitalInside) {

  /** Keeps own copies. */
  public CaseEvidence {
    seenLower = Set.copyOf(seenLower);
    seenCapitalInside = Set.copyOf(seenCapitalInside);
  }

  /** What the prose among {@code fields} tells. */
  public static CaseEvidence of(List<TextField> fields) {
    var lower = new HashSet<String>();
    var inside = new HashSet<String>();
    for (TextField field : fields) {
      if (field.kind() != TextField.Kind.PROSE) {
        continue;
      }
      for (List<Word> sentence : Sentences.of(Words.of(field.text()))) {
        boolean normal = Sentences.style(sentence) == Sentences.Style.NORMAL;
        for (Word word : sentence) {
          if (!word.isCapitalised()) {
            lower.add(word.lower());
          } else if (normal && !word.opensSentence()) {
            inside.add(word.lower());
          }
        }
      }
    }
    return new CaseEvidence(lower, inside);
  }
}
