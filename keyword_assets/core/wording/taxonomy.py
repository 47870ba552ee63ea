"""A taxonomy that cannot be used, or does not agree with the categories of the database."""

TEXTS: dict[str, tuple[str, str]] = {
    "taxonomy.unreadable": (
        "분류표 {source}을(를) 읽을 수 없습니다: {reason}. KEYWORDS_TAXONOMY를 확인해 주세요.",
        "The taxonomy {source} cannot be read: {reason}. See KEYWORDS_TAXONOMY.",
    ),
    "taxonomy.not_yaml": (
        "분류표 {source}이(가) YAML이 아닙니다: {reason}",
        "The taxonomy {source} is not YAML: {reason}",
    ),
    "taxonomy.no_categories": (
        "분류표 {source}에 'categories' 목록이 없습니다.",
        "The taxonomy {source} has no list 'categories'.",
    ),
    "taxonomy.entry": (
        "분류표 {source}의 {place}번째 항목은 id와 name을 가진 묶음이어야 합니다.",
        "Entry {place} of the taxonomy {source} must be a mapping with id and name.",
    ),
    "taxonomy.id": (
        "분류표 {source}의 {place}번째 항목: id는 정수여야 합니다.",
        "Entry {place} of the taxonomy {source}: id must be a whole number.",
    ),
    "taxonomy.name": (
        "분류표 {source}의 {place}번째 항목: name은 앞뒤 공백 없는 1~{limit}자여야 합니다.",
        "Entry {place} of the taxonomy {source}: name must be 1 to {limit} characters without outer blanks.",
    ),
    "taxonomy.description": (
        "분류표 {source}의 {place}번째 항목: description은 글이어야 합니다.",
        "Entry {place} of the taxonomy {source}: description must be text.",
    ),
    "taxonomy.examples": (
        "분류표 {source}의 {place}번째 항목: examples는 글의 목록이어야 합니다.",
        "Entry {place} of the taxonomy {source}: examples must be a list of texts.",
    ),
    "taxonomy.instruction": (
        "{source}: instruction은(는) 글이어야 합니다.",
        "{source}: instruction must be a text.",
    ),
    "taxonomy.catch_all_flag": (
        "분류표 {source}의 {place}번째 항목: catch_all은 true 또는 false여야 합니다.",
        "Entry {place} of the taxonomy {source}: catch_all must be true or false.",
    ),
    "taxonomy.twice": (
        "분류표 {source}에 {field} '{value}'이(가) 두 번 있습니다.",
        "The taxonomy {source} has the {field} '{value}' twice.",
    ),
    "taxonomy.catch_all": (
        "분류표 {source}에는 catch_all: true인 분류가 꼭 하나 있어야 하는데 {count}개입니다: {names}",
        "The taxonomy {source} must mark exactly one category with catch_all: true, but marks {count}: {names}",
    ),
    "categories.differ": (
        "admin_categories가 분류표와 다릅니다: 분류표는 {id}: {name}, 표에는 {there}. "
        "분류표(KEYWORDS_TAXONOMY)나 admin_categories 중 하나를 고쳐 같게 해 주세요.",
        "admin_categories differs from the taxonomy, which has {id}: {name}; the table has {there}. "
        "Change the taxonomy (KEYWORDS_TAXONOMY) or admin_categories so that they agree.",
    ),
}
