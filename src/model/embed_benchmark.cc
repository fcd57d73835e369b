// One contender of benchmarks/model/embeddings: embed_benchmark MODEL THREADS [INSTRUCTIONS].
//
// A line on standard input is a file of texts, a JSON string a line, and after a tab, if any, a file for the vectors
// (float32, row by row). They are embedded once; the answer is a line with the seconds that took.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "base/json.h"
#include "model/local_embedder.h"

namespace {

using groundwork::model::Instructions;
using groundwork::model::LocalEmbedder;

std::optional<Instructions> instructions_of(std::string_view name) {
  for (const auto one :
       {Instructions::kPortable, Instructions::kAvx2, Instructions::kAvx512, Instructions::kAvx512Vnni}) {
    if (to_string(one) == name) return one;
  }
  return std::nullopt;
}

std::vector<std::string> texts_of(const std::string& path) {
  std::vector<std::string> texts;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    texts.emplace_back(groundwork::base::parse_json(line, 1 << 20).value().as_string());
  }
  return texts;
}

void write(const std::string& path, const std::vector<std::vector<float>>& vectors) {
  std::ofstream out(path, std::ios::binary);
  for (const auto& vector : vectors) {
    out.write(reinterpret_cast<const char*>(vector.data()),
              static_cast<std::streamsize>(vector.size() * sizeof(float)));
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "expected: embed_benchmark MODEL THREADS [INSTRUCTIONS]\n";
    return 2;
  }
  const auto opened = LocalEmbedder::open(
      arguments[1],
      {.threads = std::stoul(arguments[2]), .instructions = count > 3 ? instructions_of(arguments[3]) : std::nullopt});
  if (!opened.ok()) {
    std::cerr << opened.error().text() << '\n';
    return 1;
  }
  std::cout << to_string((*opened)->encoder().instructions()) << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = line.find('\t');
    const std::vector<std::string> texts = texts_of(line.substr(0, tab));
    const auto start = std::chrono::steady_clock::now();
    const auto vectors = (*opened)->embed(texts).value();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (tab != std::string::npos) write(line.substr(tab + 1), vectors);
    std::cout << seconds.count() << std::endl;
  }
}
