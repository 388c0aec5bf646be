-- From pandoc's model, as entydig.publishing.print.pages makes it, to the functions of typst/elements.typ.
-- Pandoc's own writer drops text alternatives and column headings that PDF/UA asks for; what it does well is left to it.

local BOXES = { answer = true, record = true, provenance = true, admonition = true, aside = true, glossary = true, title = true }
local SIDES = { AlignLeft = "left", AlignRight = "right", AlignCenter = "center", AlignDefault = "left" }

local WHOLE = 26 -- lines of a table that is not worth breaking over two pages

local function block(code) return pandoc.RawBlock("typst", code) end
local function inline(code) return pandoc.RawInline("typst", code) end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n") .. '"'
end

local function label(id) return id ~= "" and (" <" .. id .. ">") or "" end

local function wrapped(open, blocks, close)
  local made = pandoc.Blocks({ block(open) })
  made:extend(blocks)
  made:insert(block(close))
  return made
end

local function long(element) return element.caption and element.caption.long or {} end

local function Image(image)
  local source = quoted(image.src)
  if image.classes:includes("decorative") then
    return inline("#drawing(" .. source .. ", " .. image.attributes.size .. "pt)")
  end
  return inline("#picture(" .. source .. ", alt: " .. quoted(image.attributes.alt) .. ")")
end

local function Figure(figure)
  local tall = figure.attributes.tall == "yes"
  local made = pandoc.Blocks({})
  if tall then made:insert(block("#tall[")) end
  made:extend(wrapped('#numbered("image", ' .. quoted(figure.attributes.number) .. ", [", long(figure), "])["))
  made:extend(figure.content)
  made:insert(block("]" .. label(figure.identifier)))
  if tall then made:insert(block("]")) end
  return made
end

local function cells(row, made)
  for _, cell in ipairs(row.cells) do
    made:extend(wrapped("[", cell.contents, "],"))
  end
end

local function Table(element)
  local widths, sides = {}, {}
  for _, column in ipairs(element.colspecs) do
    table.insert(widths, string.format("%.2f%%", (column[2] or 0.1) * 100))
    table.insert(sides, SIDES[column[1]])
  end
  local made = pandoc.Blocks({})
  local number = element.attributes.number
  local whole = (tonumber(element.attributes.lines) or 0) <= WHOLE
  if number then
    local kept = whole and ", whole: true" or ""
    made:extend(wrapped('#numbered("table", ' .. quoted(number) .. ", [", long(element), "]" .. kept .. ")["))
  elseif whole then
    made:insert(block("#block(breakable: false)["))
  end
  made:insert(block("#grid-table(size: " .. (element.attributes.size or "9") .. "pt, columns: ("
    .. table.concat(widths, ", ") .. ",), align: (" .. table.concat(sides, ", ") .. ",),"))
  if #element.head.rows > 0 then
    made:insert(block("table.header("))
    for _, row in ipairs(element.head.rows) do cells(row, made) end
    made:insert(block("),"))
  end
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do cells(row, made) end
  end
  made:insert(block(")"))
  if number then
    made:insert(block("]" .. label(element.identifier)))
  elseif whole then
    made:insert(block("]"))
  end
  return made
end

-- Sections of a page that stands beside the parts: not in the contents, where its siblings are whole pages.
local function Header(heading)
  if not heading.classes:includes("unlisted") then return nil end
  local made = pandoc.Inlines({ inline("#heading(level: " .. heading.level .. ", outlined: false, bookmarked: true)[") })
  made:extend(heading.content)
  made:insert(inline("]" .. label(heading.identifier)))
  return pandoc.Plain(made)
end

local function Div(div)
  if div.classes:includes("bibliography") then
    return block("#sources()")
  end
  if div.classes:includes("anchor") then
    return block("#metadata(none)" .. label(div.identifier))
  end
  if div.classes:includes("turned") then
    return wrapped("#turned[", div.content, "]")
  end
  for _, name in ipairs(div.classes) do
    if BOXES[name] then
      local strong = div.classes:includes("warning") and ", strong: true" or ""
      local kept = div.classes:includes("kept") and ", kept: true" or ""
      return wrapped("#box-of(" .. quoted(name) .. strong .. kept .. ")[", div.content, "]" .. label(div.identifier))
    end
  end
  if div.identifier ~= "" then
    return wrapped("#block[", div.content, "]" .. label(div.identifier))
  end
  return div.content
end

-- Typst's own list of terms may be tagged in one way only, and leaves a term at the foot of a page.
local function DefinitionList(list)
  local made = pandoc.Blocks({})
  for _, item in ipairs(list.content) do
    made:extend(wrapped("#entry[", { pandoc.Plain(item[1]) }, "]["))
    for _, meaning in ipairs(item[2]) do made:extend(meaning) end
    made:insert(block("]"))
  end
  return made
end

local function Math(formula)
  local written = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ formula }) }), "typst"):gsub("%s+$", "")
  local shown = formula.mathtype == "DisplayMath" and "true" or "false"
  return inline("#formula(" .. quoted(formula.text) .. ", " .. shown .. ", " .. written .. ")")
end

local function Cite(cite)
  local form = cite.citations[1].mode == "AuthorInText" and ', form: "prose"' or ""
  local made = {}
  for _, each in ipairs(cite.citations) do
    table.insert(made, "#cite(label(" .. quoted(each.id) .. ")" .. form .. ")")
  end
  return inline(table.concat(made))
end

local function Span(span)
  local target = span.attributes.target
  if span.classes:includes("page-number") then
    return inline("#page-of(label(" .. quoted(target) .. "))")
  end
  local open = ""
  if span.classes:includes("small") then open = "#small[" end
  if span.attributes.lang then open = "#elsewhere(" .. quoted(span.attributes.lang) .. ")[" end
  if open == "" and span.identifier == "" then return span.content end
  local made = pandoc.Inlines({ inline(open == "" and "#box[" or open) })
  made:extend(span.content)
  made:insert(inline("]"))
  if span.identifier ~= "" then made:insert(inline("#metadata(none)" .. label(span.identifier))) end
  return made
end

-- Typst takes these for the beginning of a list or heading, also inside a link, where pandoc forgets to say otherwise.
local function plainly(inlines)
  local first = inlines[1]
  if first and first.t == "Str" then
    if first.text:match("^%d+%.$") then
      inlines[1] = inline(first.text:gsub("%.$", "\\."))
    elseif first.text:match("^[-+/=]+$") then
      inlines[1] = inline((first.text:gsub(".", "\\%0")))
    end
  end
  return inlines
end

local function begun(element)
  element.content = plainly(element.content)
  return element
end

-- A reader of paper cannot follow a link: one to a page of the book says where that is.
local function Link(link)
  link.content = plainly(link.content)
  if link.classes:includes("page") and link.target:sub(1, 1) == "#" then
    return { link, inline("#page-note(label(" .. quoted(link.target:sub(2)) .. "))") }
  end
  return link
end

return {
  {
    Link = Link, Image = Image, Math = Math, Cite = Cite, Strong = begun, Emph = begun,
    Span = function(span) return Span(begun(span)) end,
    Plain = begun, Para = begun,
    Header = Header, Figure = Figure, Table = Table, Div = Div, DefinitionList = DefinitionList,
  },
}
