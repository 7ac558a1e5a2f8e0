// Words that say little, in the languages that titles are mostly written in.
#include <algorithm>
#include <string>
#include <unordered_set>

#include "model/name_words.h"

namespace cb::model {
namespace {

using WordSet = std::unordered_set<std::string_view>;

// Of words between blanks; `text` lives as long as the program.
WordSet word_set(std::string_view text) {
  WordSet words;
  for (size_t at = text.find_first_not_of(' '); at != std::string_view::npos;) {
    const size_t end = std::min(text.find(' ', at), text.size());
    words.insert(text.substr(at, end - at));
    at = text.find_first_not_of(' ', end);
  }
  return words;
}

// Articles, prepositions, and forms of companies, folded.
constexpr std::string_view kSmall =
    "a an the of for and or to in on at by with from per via re vs "
    "der die das den dem des ein eine einer eines und oder fur fuer von vom zu zum zur im am an "
    "auf aus bei mit nach "
    "le la les l d de du des un une et ou pour par sur dans en au aux avec chez "
    "og eller til fra av pa paa i det en ei et den de som med hos om ved "
    "el los las y o del al con por para una il lo gli e di da della dei van voor het een op met "
    "bij och att "
    "gmbh ag kg mbh co inc ltd llc llp plc corp sa sarl sas srl spa bv nv ab as asa aps oy oyj kk "
    "no nr num nummer number numero s \u306e \u3092 \u3068 \u306f \u304c \u306b \u3067 \u3082 ";

// What people and programs write into the names of files.
constexpr std::string_view kMarkers =
    "final finale finaal endfassung endversion endgultig endgueltig endelig definitiv definitif "
    "definitive definitief "
    "copy copies kopie kopi kopia copie copia kopio backup bak sicherung "
    "draft drafts entwurf utkast brouillon concept bozza borrador "
    "new neu neue ny nouveau nouvelle nuevo old alt gammel ancien "
    "updated update aktualisiert oppdatert corrected korrigiert korr rettet corrige revised "
    "revidiert revidert "
    "rev revision version ver vers fassung versjon v "
    "signed unterschrieben signiert signert signe approved freigegeben godkjent "
    "latest last clean edited edit fixed merged compressed komprimiert "
    "export exported eksport scan scanned skan scannet screenshot img dsc image001 "
    "download downloaded untitled unbenannt tmp temp wip "
    "ok done fertig ferdig fini reviewed review "
    "\u6700\u7d42 \u7d42\u7248 \u6700\u7d42\u7248 \u30b3\u30d4\u30fc ";

constexpr std::string_view kExtensions =
    "pdf doc docx docm dot dotx odt ott rtf txt text md tex xls xlsx xlsm xlsb xltx ods ots csv "
    "tsv ppt pptx pptm pps "
    "ppsx odp key pages numbers html htm mhtml xml json jsonl yaml yml toml sql log ini eml msg "
    "ics vcf epub mobi "
    "jpg jpeg jpe jfif png gif tif tiff webp heic heif bmp svg ai eps psd indd idml cdr xd fig "
    "sketch raw cr2 nef dng "
    "mp3 mp4 m4a m4v wav flac ogg oga opus mov avi mkv webm wmv aac aiff srt vtt sub "
    "zip 7z rar tar gz tgz bz2 xz zst lz4 lzma dmg iso "
    "dwg dxf stl step stp skp vsd vsdx mpp pst accdb mdb db sqlite parquet py js ts css sh bat exe "
    "sig asc p7m p7s asice ";

}  // namespace

bool is_small_word(std::string_view folded) {
  static const WordSet words = word_set(kSmall);
  return words.contains(folded);
}

bool is_marker_word(std::string_view folded) {
  static const WordSet words = word_set(kMarkers);
  return words.contains(folded);
}

bool is_known_extension(std::string_view extension) {
  static const WordSet words = word_set(kExtensions);
  return words.contains(extension);
}

}  // namespace cb::model
