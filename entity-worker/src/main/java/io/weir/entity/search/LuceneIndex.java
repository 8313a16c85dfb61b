package io.weir.entity.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.QueryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An index in memory. Ranks by BM25 (k1 1.2, b 0.75, English analysis; the title counts twice) and
 * by the names of entities, joined as 0.9 to 0.1 after each was divided by its best value among the
 * candidates. Thread-safe.
 */
public final class LuceneIndex implements SearchIndex {
  static final double TEXT_WEIGHT = 0.9;
  static final double KEYWORD_WEIGHT = 0.1;
  private static final float K1 = 1.2f;
  private static final float B = 0.75f;
  private static final float TITLE_BOOST = 2;
  // Beyond these the rest of a ranking can't come to the front any more.
  private static final int CANDIDATES = 200;

  private static final String ID = "id";
  private static final String TITLE = "title";
  private static final String BODY = "body";
  private static final String SYMBOLS = "symbols";
  private static final String KEYWORDS = "keywords";
  private static final String OWNER = "owner";
  private static final String TAG = "tag";

  private final Directory directory = new ByteBuffersDirectory();
  private final Analyzer analyzer =
      new PerFieldAnalyzerWrapper(new EnglishAnalyzer(), Map.of(SYMBOLS, new SymbolAnalyzer()));
  private final IndexWriter writer;
  private final SearcherManager searchers;

  /** An empty index. */
  public LuceneIndex() {
    try {
      var similarity = new BM25Similarity(K1, B);
      this.writer =
          new IndexWriter(directory, new IndexWriterConfig(analyzer).setSimilarity(similarity));
      this.searchers =
          new SearcherManager(
              writer,
              new SearcherFactory() {
                @Override
                public IndexSearcher newSearcher(
                    org.apache.lucene.index.IndexReader reader,
                    org.apache.lucene.index.@Nullable IndexReader previous) {
                  var searcher = new IndexSearcher(reader);
                  searcher.setSimilarity(similarity);
                  return searcher;
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException("an index in memory can't be made", e);
    }
  }

  @Override
  public void put(List<IndexedDocument> documents) {
    try {
      for (IndexedDocument document : documents) {
        writer.updateDocument(new Term(ID, document.id()), fields(document));
      }
      searchers.maybeRefreshBlocking();
    } catch (IOException e) {
      throw new UncheckedIOException("the index refused documents", e);
    }
  }

  @Override
  public void remove(String id) {
    try {
      writer.deleteDocuments(new Term(ID, id));
      searchers.maybeRefreshBlocking();
    } catch (IOException e) {
      throw new UncheckedIOException("the index refused to forget a document", e);
    }
  }

  @Override
  public SearchResult search(SearchQuery query) {
    Query text = text(query.text());
    Query keywords = words(KEYWORDS, query.text());
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        int most = Math.max(query.limit(), CANDIDATES);
        TopDocs byText = searcher.search(filtered(text, query), most);
        TopDocs byKeyword = searcher.search(filtered(keywords, query), most);
        return joined(searcher.storedFields(), byText, byKeyword, query.limit());
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the index can't be read", e);
    }
  }

  @Override
  public int size() {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return searcher.getIndexReader().numDocs();
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the index can't be read", e);
    }
  }

  @Override
  public void close() {
    try {
      searchers.close();
      writer.close();
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the index can't be closed", e);
    }
  }

  private static Document fields(IndexedDocument document) {
    var fields = new Document();
    fields.add(new StringField(ID, document.id(), Store.YES));
    fields.add(new TextField(TITLE, document.title(), Store.NO));
    fields.add(new TextField(BODY, document.body(), Store.NO));
    fields.add(new TextField(SYMBOLS, document.symbols(), Store.NO));
    document.keywords().forEach(keyword -> fields.add(new TextField(KEYWORDS, keyword, Store.NO)));
    fields.add(new StringField(OWNER, document.owner(), Store.NO));
    document.tags().forEach(tag -> fields.add(new StringField(TAG, tag, Store.NO)));
    return fields;
  }

  private Query text(String words) {
    return new BooleanQuery.Builder()
        .add(new BoostQuery(words(TITLE, words), TITLE_BOOST), Occur.SHOULD)
        .add(words(BODY, words), Occur.SHOULD)
        .add(words(SYMBOLS, words), Occur.SHOULD)
        .build();
  }

  private Query words(String field, String words) {
    var builder = new QueryBuilder(analyzer);
    builder.setEnableGraphQueries(false);
    Query query = builder.createBooleanQuery(field, words, Occur.SHOULD);
    // Stop words alone leave nothing to look for.
    return query == null ? new BooleanQuery.Builder().build() : query;
  }

  private static Query filtered(Query words, SearchQuery query) {
    var builder = new BooleanQuery.Builder().add(words, Occur.MUST);
    query
        .owner()
        .ifPresent(owner -> builder.add(new TermQuery(new Term(OWNER, owner)), Occur.FILTER));
    query.tags().forEach(tag -> builder.add(new TermQuery(new Term(TAG, tag)), Occur.FILTER));
    return builder.build();
  }

  private static SearchResult joined(
      StoredFields stored, TopDocs byText, TopDocs byKeyword, int limit) throws IOException {
    Map<Integer, Float> keywordScores = new HashMap<>();
    Map<Integer, Float> textScores = new LinkedHashMap<>();
    for (ScoreDoc hit : byText.scoreDocs) {
      textScores.put(hit.doc, hit.score);
    }
    for (ScoreDoc hit : byKeyword.scoreDocs) {
      keywordScores.put(hit.doc, hit.score);
      textScores.putIfAbsent(hit.doc, 0f);
    }
    double bestText = best(byText);
    double bestKeyword = best(byKeyword);
    var hits = new ArrayList<SearchHit>();
    for (Map.Entry<Integer, Float> candidate : textScores.entrySet()) {
      List<ScorePart> parts =
          List.of(
              ScorePart.of("text", candidate.getValue(), bestText, TEXT_WEIGHT),
              ScorePart.of(
                  "keywords",
                  keywordScores.getOrDefault(candidate.getKey(), 0f),
                  bestKeyword,
                  KEYWORD_WEIGHT));
      double score = parts.stream().mapToDouble(ScorePart::contribution).sum();
      String id = stored.document(candidate.getKey()).get(ID);
      hits.add(new SearchHit(id, ScorePart.rounded(score), parts));
    }
    hits.sort(Comparator.comparingDouble(SearchHit::score).reversed().thenComparing(SearchHit::id));
    long matches = Math.max(byText.totalHits.value(), hits.size());
    return new SearchResult(matches, hits.subList(0, Math.min(limit, hits.size())));
  }

  private static double best(TopDocs docs) {
    return docs.scoreDocs.length == 0 ? 0 : docs.scoreDocs[0].score;
  }
}
