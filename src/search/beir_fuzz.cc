#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <set>

#include "base/file.h"
#include "search/beir.h"

/// The first byte chooses which file of a test set the rest is; the others are as they should be.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace groundwork;
  static const base::TemporaryFolder folder = base::TemporaryFolder::create("groundwork-fuzz-beir").value();
  if (size == 0) return 0;
  const char* const names[] = {"corpus.jsonl", "queries.jsonl", "qrels.tsv"};
  const char* const good[] = {"{\"_id\": \"d1\", \"text\": \"words\"}\n", "{\"_id\": \"q1\", \"text\": \"words\"}\n",
                              "query-id\tcorpus-id\tscore\nq1\td1\t1\n"};
  for (int i = 0; i < 3; ++i) {
    std::ofstream file(folder.path() / names[i], std::ios::binary);
    if (i == data[0] % 3) {
      file.write(reinterpret_cast<const char*>(data) + 1, static_cast<std::streamsize>(size - 1));
    } else {
      file << good[i];
    }
  }
  std::set<std::string> ids;
  const auto read = search::for_each_document(folder.path(), [&](search::Document one) -> base::Status {
    if (one.id.empty() || !ids.insert(one.id).second) std::abort();
    return {};
  });
  if (read.ok() && ids.empty()) std::abort();
  const auto set = search::load_test_set(folder.path());
  if (set.ok() && set->queries.empty()) std::abort();
  return 0;
}
