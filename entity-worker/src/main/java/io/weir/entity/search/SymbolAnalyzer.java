package io.weir.entity.search;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;

/** Code identifiers, whole and split: "parseConfig" is found by itself and by "config". */
final class SymbolAnalyzer extends Analyzer {
  private static final int FLAGS =
      WordDelimiterGraphFilter.GENERATE_WORD_PARTS
          | WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS
          | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE
          | WordDelimiterGraphFilter.PRESERVE_ORIGINAL;

  @Override
  protected TokenStreamComponents createComponents(String fieldName) {
    var words = new WhitespaceTokenizer();
    TokenStream parts = new FlattenGraphFilter(new WordDelimiterGraphFilter(words, FLAGS, null));
    return new TokenStreamComponents(words, new LowerCaseFilter(parts));
  }
}
